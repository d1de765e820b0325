"""Who offered a case hears by notice whether it was accepted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0050_weighings_wait")]
    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("verstrekt", "Er is een gegeven aan u verstrekt"),
                    ("teruggeroepen", "Een gegeven is teruggeroepen en afgesloten"),
                    ("noodtoegang", "Er is noodtoegang verleend"),
                    ("deelname", "U neemt deel aan een dossier"),
                    ("strenger", "De vertrouwelijkheid van een gegeven is strenger geworden"),
                    ("overgedragen", "Een casus die u aanbood, is aanvaard en overgedragen"),
                    ("afgewezen", "Een casus die u aanbood, is afgewezen en blijft van u"),
                ],
                max_length=16,
                verbose_name="soort",
            ),
        ),
    ]
