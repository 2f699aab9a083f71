import backend.base.ids
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cities', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Commons',
            fields=[
                ('id', models.UUIDField(default=backend.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=80)),
                ('name', models.JSONField()),
                ('text', models.JSONField(default=dict)),
                ('kind', models.CharField(choices=[('garden', 'Garden'), ('park', 'Park'), ('square', 'Square'), ('street', 'Street'), ('path', 'Path'), ('courtyard', 'Courtyard'), ('field', 'Field'), ('riverside', 'Water and banks'), ('building', 'Building'), ('neighbourhood_house', 'Neighbourhood house'), ('hall', 'Hall'), ('market', 'Market'), ('shop', 'Shop unit'), ('school', 'School'), ('sport', 'Sports ground'), ('other', 'Other')], max_length=20)),
                ('state', models.CharField(choices=[('mapped', 'On the map'), ('looking', 'Looking for people'), ('proposal_open', 'Proposal open'), ('pact_in_force', 'Pact in force'), ('resting', 'Resting')], default='mapped', max_length=20)),
                ('quarter', models.CharField(blank=True, max_length=64)),
                ('address', models.CharField(blank=True, max_length=200)),
                ('owner', models.CharField(choices=[('city', 'The City'), ('district', 'The district'), ('housing_community', 'The housing community'), ('state', 'The State'), ('state_forest', 'The state forest'), ('transport_company', 'The transport company'), ('water_authority', 'The water authority'), ('private', 'A private owner'), ('unknown', 'Not known yet')], default='city', max_length=32)),
                ('lat', models.FloatField()),
                ('lng', models.FloatField()),
                ('access', models.JSONField(default=dict)),
                ('folded', models.TextField(default='', editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_rows', to='cities.city')),
            ],
            options={
                'verbose_name_plural': 'commons',
                'indexes': [models.Index(fields=['city', 'state', 'slug'], name='commons_state'), models.Index(fields=['city', 'lat', 'lng'], name='commons_place')],
                'constraints': [models.UniqueConstraint(fields=('city', 'slug'), name='commons_slug_once'), models.CheckConstraint(condition=models.Q(('lat__range', (-90, 90)), ('lng__range', (-180, 180))), name='commons_on_earth')],
            },
        ),
    ]
